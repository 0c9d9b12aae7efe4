import { type Options, transform } from "sucrase";

const { parse, stringify } = JSON;

const options: Options = { transforms: ["typescript"], disableESTransforms: true };
const mapped = { ...options, sourceMapOptions: { compiledFilename: "" }, filePath: "main.ts" };

const verbs = {
  strip: (source: string) => transform(source, options).code,
  map: (source: string) => transform(source, mapped).sourceMap?.mappings,
};

interface SyntaxFault {
  message: string;
  loc?: { line: number; column: number };
}

/** Runs inside QuickJS, in an instance of its own: strips types, or says where each column came from. */
export default function prepare() {
  return (verb: keyof typeof verbs, source: string) => {
    try {
      return stringify({ text: verbs[verb](parse(source) as string) });
    } catch (error) {
      const { message, loc } = error as SyntaxFault;
      if (!loc) throw error;
      return stringify({ message: message.replace(/ \(\d+:\d+\)$/, ""), ...loc });
    }
  };
}
