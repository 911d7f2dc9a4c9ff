import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "**/node_modules/", "out/", "**/dist/"] },
  eslint.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // Its package is this project, which the root's tsconfig.json says.
    files: ["examples/typescript/*.ts"],
    languageOptions: { parserOptions: { projectService: false, project: "./tsconfig.json" } },
  },
  {
    // mocha's describe/it take callbacks whose promises mocha itself awaits; a component is made for its effect.
    files: ["tests/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly" } },
  },
  {
    files: ["scripts/*.cjs", "plugin.js"],
    languageOptions: {
      sourceType: "commonjs",
      globals: {
        process: "readonly",
        require: "readonly",
        exports: "writable",
        __dirname: "readonly",
        __filename: "readonly",
      },
    },
  },
  {
    files: ["examples/player/**/*.mjs", "examples/upload/**/*.mjs"],
    languageOptions: {
      globals: { URL: "readonly", URLSearchParams: "readonly" },
    },
  },
  {
    files: ["examples/player/page/*.mjs"],
    languageOptions: {
      globals: { document: "readonly", fetch: "readonly", location: "readonly", window: "readonly" },
    },
  },
  {
    files: ["examples/upload/page/*.mjs"],
    languageOptions: {
      globals: {
        ...Object.fromEntries(
          ["AbortController", "DOMParser", "FormData", "XMLHttpRequest"].map((name) => [name, "readonly"]),
        ),
        document: "readonly",
        fetch: "readonly",
        performance: "readonly",
        setTimeout: "readonly",
      },
    },
  },
  {
    files: ["testkit/browser/*.mjs"],
    languageOptions: { globals: { document: "readonly", setTimeout: "readonly" } },
  },
);
