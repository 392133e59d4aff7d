import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "**/node_modules/", "examples/*/dist/", "coverage/"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.mjs", "scripts/*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "no-else-return": ["error", { allowElseIf: false }],
      "max-lines": ["error", { max: 300, skipComments: true, skipBlankLines: true }],
      "max-params": ["error", 3],
      "@typescript-eslint/no-extraneous-class": "off",
      // Interfaces are abstract classes here: whoever implements one is no instance made by it.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  { files: ["**/*.mjs", "**/*.cjs", "**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
  { files: ["**/*.cjs", "**/*.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    files: ["test/**", "examples/**"],
    rules: {
      "max-lines": "off",
      "max-params": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
);
