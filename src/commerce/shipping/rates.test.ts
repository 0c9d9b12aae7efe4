import { expect, test } from "vitest";
import { data } from "../../testing/api";
import { type Person, person } from "../../testing/people";

const vat = { country: "DE", basisPoints: 1900, inclusive: true, taxesShipping: true };
const eur = (amount: number) => ({ amount, currency: "EUR" });
const parcel = {
  country: "*",
  currency: "EUR",
  cost: {
    kind: "weight",
    tiers: [
      { upTo: 1000, price: eur(490) },
      { upTo: null, price: eur(990) },
    ],
  },
  freeAbove: eur(5000),
};

async function merchantOf(owner: Person) {
  const shop = { name: "Lamps", country: "DE", currency: "EUR" };
  return `/merchants/${(await data(201, owner.api.post("/merchants", shop))).id}`;
}

test("a table is replaced as a whole and read as it was written", async () => {
  const ada = await person();
  const merchant = await merchantOf(ada);
  await data(200, ada.api.put(`${merchant}/tax-rates`, { rates: [vat] }));
  const reduced = { ...vat, basisPoints: 700 };
  const put = await data(200, ada.api.put(`${merchant}/tax-rates`, { rates: [reduced] }));
  expect(put.rates).toMatchObject([{ ...reduced, categoryId: null }]);
  expect(await data(200, ada.api.get(`${merchant}/tax-rates`))).toEqual(put);
  const shipping = await data(200, ada.api.put(`${merchant}/shipping-rates`, { rates: [parcel] }));
  expect(shipping.rates).toMatchObject([parcel]);
  expect(await data(200, ada.api.get(`${merchant}/shipping-rates`))).toEqual(shipping);
});

test("a table of another merchant does not exist", async () => {
  const [ada, eve] = [await person(), await person()];
  const merchant = await merchantOf(ada);
  await data(200, ada.api.put(`${merchant}/tax-rates`, { rates: [vat] }));
  for (const table of ["tax-rates", "shipping-rates"]) {
    expect((await eve.api.get(`${merchant}/${table}`)).body.code).toBe("merchant_not_found");
    const put = await eve.api.put(`${merchant}/${table}`, { rates: [] });
    expect(put.body.code).toBe("merchant_not_found");
  }
  expect((await data(200, ada.api.get(`${merchant}/tax-rates`))).rates).toHaveLength(1);
});

test("a table that contradicts itself changes nothing", async () => {
  const ada = await person();
  const merchant = await merchantOf(ada);
  await data(200, ada.api.put(`${merchant}/tax-rates`, { rates: [vat] }));
  const twice = await ada.api.put(`${merchant}/tax-rates`, {
    rates: [vat, { ...vat, basisPoints: 1 }],
  });
  expect([twice.status, twice.body.code]).toEqual([422, "duplicate_rate"]);
  const mixed = { ...parcel, currency: "USD" };
  expect((await ada.api.put(`${merchant}/shipping-rates`, { rates: [mixed] })).status).toBe(422);
  expect((await data(200, ada.api.get(`${merchant}/tax-rates`))).rates).toMatchObject([vat]);
});
