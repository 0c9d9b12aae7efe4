import { problems } from "../../../http/problem";

export const refuse = problems({
  import_not_found: [404, "There is no such import, or it is not of your merchant."],
  csv_not_utf8: [422, "Send the CSV as UTF-8, without NUL characters."],
  csv_columns_missing: [
    422,
    "The first line must name the columns sku and title, and prices or price and currency.",
  ],
  csv_too_long: [413, "A CSV has at most 100,000 lines below its first."],
});
