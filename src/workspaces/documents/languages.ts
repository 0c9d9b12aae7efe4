const byExtension: Record<string, string> = {
  c: "c",
  cpp: "cpp",
  css: "css",
  csv: "csv",
  go: "go",
  h: "c",
  html: "html",
  java: "java",
  js: "javascript",
  json: "json",
  jsx: "javascript",
  kt: "kotlin",
  md: "markdown",
  mjs: "javascript",
  php: "php",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "shell",
  sql: "sql",
  swift: "swift",
  toml: "toml",
  ts: "typescript",
  tsx: "typescript",
  xml: "xml",
  yaml: "yaml",
  yml: "yaml",
};

/** The language that a path's ending stands for; plain text if it says nothing. */
export const languageOf = (path: string): string =>
  byExtension[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ""] ?? "plaintext";
