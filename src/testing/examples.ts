import { newId } from "../lib/id";
import type { Json } from "./api";

const formats: Record<string, () => string> = {
  email: () => `${newId()}@example.com`,
  uuid: () => newId(),
  "date-time": () => new Date().toISOString(),
  date: () => new Date().toISOString().slice(0, 10),
  uri: () => "https://example.com/",
};

/** What no schema can tell, by the name of a property. */
export type Known = Record<string, () => Json>;

/**
 * A value that this JSON schema of the document describes, as far as it says so itself.
 */
export function exampleOf(schema: Json, components: Json, known: Known = {}): Json {
  const example = (one: Json) => exampleOf(one, components, known);
  if (schema === undefined) return undefined;
  if (schema.$ref) return example(components[schema.$ref.split("/").at(-1)]);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const [first] = schema.oneOf ?? schema.anyOf ?? [];
  if (first) return example(first);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(example));
  switch ([schema.type].flat()[0]) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [
          name,
          known[name]?.() ?? example(property),
        ]),
      );
    case "array":
      return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => example(schema.items));
    case "integer":
    case "number":
      return Math.max(1, schema.minimum ?? 1);
    case "boolean":
      return true;
    case "string":
      return (
        formats[schema.format]?.() ??
        "an example".padEnd(schema.minLength ?? 0, "x").slice(0, schema.maxLength)
      );
    default:
      return null;
  }
}
