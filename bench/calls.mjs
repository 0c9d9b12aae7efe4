const password = "Rimlight-Demo-2026";

/** Tells from Server-Timing what each request asked of D1: figures that no noise can change. */
export async function countCalls({ address }) {
  await fetch(`${address}/dev/seed`, { method: "POST" });
  const rows = [];
  const ask = async (name, method, path, { token, body } = {}) => {
    const answer = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: {
        ...(body && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    const timing = answer.headers.get("server-timing") ?? "";
    const figure = (of) => /\d+/.exec(new RegExp(`${of}=\\d+`).exec(timing)?.[0] ?? "?")?.[0];
    rows.push({
      request: name,
      status: answer.status,
      cache: answer.headers.get("x-cache") ?? "",
      "D1 trips": figure("trips"),
      "rows read": figure("rowsRead"),
      "rows written": figure("rowsWritten"),
    });
    return text ? JSON.parse(text) : null;
  };

  const login = (name, email) =>
    ask(name, "POST", "/auth/login", { body: { email, password } }).then(({ data }) => data);
  await login("the first login of an isolate", "bob@rimlight.dev");
  const { accessToken: token } = await login("login", "ada@rimlight.dev");
  const { accessToken: admin } = await login("login", "admin@rimlight.dev");
  await ask("me, first", "GET", "/auth/me", { token });
  const ME = await ask("me, warm", "GET", "/auth/me", { token });
  await ask("tasks, first", "GET", "/tasks", { token });
  const TASKS = await ask("tasks, warm", "GET", "/tasks", { token });
  const [task] = TASKS.data;
  await ask("one task", "GET", `/tasks/${task.id}`, { token });
  const body = { title: "Measure the shelves" };
  const { data } = await ask("create a task", "POST", "/tasks", { token: admin, body });
  await ask("change a task", "PATCH", `/tasks/${data.id}`, {
    token: admin,
    body: { status: "done" },
  });
  await ask("delete a task", "DELETE", `/tasks/${data.id}`, { token: admin });
  console.table(rows);
  return { token, bodies: { ME, TASKS } };
}
