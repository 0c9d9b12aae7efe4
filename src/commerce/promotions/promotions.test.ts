import { expect, test } from "vitest";
import { data } from "../../testing/api";
import { type Person, person } from "../../testing/people";

const tenOff = {
  title: "Ten percent",
  code: "ten-off",
  benefit: { kind: "percent", basisPoints: 1000 },
};

async function merchantOf(owner: Person) {
  const shop = { name: "Lamps", country: "DE", currency: "EUR" };
  return (await data(201, owner.api.post("/merchants", shop))).id as string;
}

test("a manager creates a promotion of the merchant, reads, lists and changes it", async () => {
  const ada = await person();
  const merchantId = await merchantOf(ada);
  const budget = { amount: 5000, currency: "EUR" };
  const made = await data(201, ada.api.post("/promotions", { ...tenOff, merchantId, budget }));
  expect(made).toMatchObject({ code: "TEN-OFF", status: "active", used: 0, budget, version: 1 });
  expect(await data(200, ada.api.get(`/promotions/${made.id}`))).toEqual(made);
  expect(await data(200, ada.api.get(`/promotions?merchantId=${merchantId}`))).toEqual([made]);
  const change = { status: "paused", usageLimit: 3 };
  expect(await data(200, ada.api.patch(`/promotions/${made.id}`, change))).toMatchObject({
    ...change,
    code: "TEN-OFF",
    budget,
    version: 2,
  });
});

test("a promotion of another merchant does not exist", async () => {
  const [ada, eve] = [await person(), await person()];
  const merchantId = await merchantOf(ada);
  const { id } = await data(201, ada.api.post("/promotions", { ...tenOff, merchantId }));
  const answers = await Promise.all([
    eve.api.get(`/promotions/${id}`),
    eve.api.patch(`/promotions/${id}`, { title: "Mine" }),
    eve.api.delete(`/promotions/${id}`),
    eve.api.get(`/promotions?merchantId=${merchantId}`),
    eve.api.post("/promotions", { ...tenOff, code: "EVE", merchantId }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
});

test("only administrators keep the platform's promotions", async () => {
  const [ada, admin] = [await person({ role: "seller" }), await person({ role: "admin" })];
  expect((await ada.api.post("/promotions", tenOff)).status).toBe(403);
  expect((await ada.api.get("/promotions")).status).toBe(403);
  const { id } = await data(201, admin.api.post("/promotions", tenOff));
  expect((await ada.api.get(`/promotions/${id}`)).status).toBe(404);
  await data(204, admin.api.delete(`/promotions/${id}`));
});

test("a code is one promotion's in a merchant, whatever its case, until that one is archived", async () => {
  const ada = await person();
  const merchantId = await merchantOf(ada);
  const create = (code: string) => ada.api.post("/promotions", { ...tenOff, code, merchantId });
  const racers = await Promise.all(["SPRING", "spring", "Spring", " spring "].map(create));
  expect(racers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  const won = racers.find(({ status }) => status === 201)!.data;
  await data(204, ada.api.delete(`/promotions/${won.id}`));
  expect((await ada.api.get(`/promotions/${won.id}`)).status).toBe(404);
  await data(201, create("spring"));
});

test("of ten changes over one version one wins", async () => {
  const ada = await person();
  const merchantId = await merchantOf(ada);
  const { id } = await data(201, ada.api.post("/promotions", { ...tenOff, merchantId }));
  const change = (priority: number) =>
    ada.api.patch(`/promotions/${id}`, { priority }, { "if-match": '"1"' });
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => change(i)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
});

test("a change must leave a promotion that makes sense", async () => {
  const ada = await person();
  const merchantId = await merchantOf(ada);
  const startsAt = "2027-01-02T00:00:00.000Z";
  const made = await data(201, ada.api.post("/promotions", { ...tenOff, merchantId, startsAt }));
  const path = `/promotions/${made.id}`;
  const answer = await ada.api.patch(path, { endsAt: "2027-01-01T00:00:00Z" });
  expect([answer.status, answer.body.errors[0].path]).toEqual([422, "body.endsAt"]);
  expect(await data(200, ada.api.get(path))).toEqual(made);
});
