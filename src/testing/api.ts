import { exports } from "cloudflare:workers";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Json = any;
export type Answer = { status: number; headers: Headers; body: Json; data: Json };
export type Sender = {
  token?: string;
  ip?: string;
  headers?: Record<string, string>;
  /** What answers, if not the Worker. */
  fetch?: (request: Request) => Response | Promise<Response>;
};

let addresses = 0;
/** An address nobody else in this test file has, so that limits do not meet. */
export const newAddress = () => {
  addresses += 1;
  return `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
};

/** A client of the Worker under test. Paths are below /api/v1 unless they start with `//`. */
export function api({ token, ip = newAddress(), headers = {}, fetch }: Sender = {}) {
  const ask = fetch ?? ((request: Request) => exports.default.fetch(request));
  const request = async (method: string, path: string, body?: unknown, more = {}) => {
    const isText = body === undefined || typeof body === "string";
    const text = isText || body instanceof ReadableStream ? body : JSON.stringify(body);
    const url = `https://rimlight.test${path.startsWith("//") ? path.slice(1) : `/api/v1${path}`}`;
    const response = await ask(
      new Request(url, {
        method,
        redirect: "manual",
        headers: {
          "cf-connecting-ip": ip,
          ...(token && { authorization: `Bearer ${token}` }),
          ...(text !== undefined && { "content-type": "application/json" }),
          ...headers,
          ...more,
        },
        ...(text !== undefined && { body: text }),
      }),
    );
    return read(response);
  };
  return {
    request,
    get: (path: string, more = {}) => request("GET", path, undefined, more),
    post: (path: string, body?: unknown, more = {}) => request("POST", path, body, more),
    put: (path: string, body?: unknown, more = {}) => request("PUT", path, body, more),
    patch: (path: string, body?: unknown, more = {}) => request("PATCH", path, body, more),
    delete: (path: string, body?: unknown, more = {}) => request("DELETE", path, body, more),
  };
}

export type Api = ReturnType<typeof api>;

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const body: Json = isJson && text ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body, data: body?.data };
}

/** The data of an answer that must have this status. */
export async function data(status: number, answer: Promise<Answer>): Promise<Json> {
  const { status: actual, body } = await answer;
  if (actual !== status) throw new Error(`expected ${status}: ${actual} ${JSON.stringify(body)}`);
  return body?.data;
}
