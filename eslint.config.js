import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "**/dist/", "**/.build/", ".local/"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  prettier,
  {
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        fetch: "readonly",
        AbortSignal: "readonly",
        setTimeout: "readonly",
      },
    },
    rules: {
      // An unused argument that documents a signature is marked with an underscore.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["infra/**/*.js"],
    languageOptions: { sourceType: "commonjs" },
  },
  {
    // TypeScript knows which names exist.
    files: ["**/*.ts", "**/*.tsx"],
    rules: { "no-undef": "off" },
  },
);
