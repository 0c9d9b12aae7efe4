import { refuse } from "../../../http/problem";
import { router } from "../../../http/route";
import { user } from "../../../identity/guard";
import { exportCatalogue } from "./export";
import { readImport, startImport } from "./imports";
import { CatalogueImport, ImportId, MerchantQuery } from "./schema";

export const catalogueCsv = router("Products");

const membership = ["merchant_not_found", "merchant_role_required"] as const;

catalogueCsv.post(
  "/import",
  "Import a catalogue from CSV",
  {
    auth: user,
    query: MerchantQuery,
    upload: "text/csv",
    maxBody: 32 * 1_048_576,
    returns: { 202: CatalogueImport },
    throws: [...membership, "csv_not_utf8", "csv_columns_missing", "csv_too_long"],
    description:
      "UTF-8, a line for each variant, with the columns that an export has; sku, title and prices " +
      "(or price and currency) are needed. Variants are known by their SKU; lines with the same " +
      "`product` make one product. It is taken in by a job: read how it goes at its address.",
  },
  ({ ctx, query, c }) => {
    if (!/^text\/csv\b/i.test(c.req.header("content-type") ?? ""))
      throw refuse("unsupported_media_type", { detail: "Send the body as text/csv." });
    return startImport(ctx, query.merchantId, c.req.raw.body);
  },
);

catalogueCsv.get(
  "/imports/{id}",
  "Read how an import goes",
  {
    auth: user,
    params: ImportId,
    returns: { 200: CatalogueImport },
    throws: ["import_not_found"],
  },
  ({ ctx, params }) => readImport(ctx, params.id),
);

catalogueCsv.get(
  "/export",
  "Export a catalogue as CSV",
  { auth: user, query: MerchantQuery, raw: "text/csv", throws: membership },
  ({ ctx, query }) => exportCatalogue(ctx, query.merchantId),
);
