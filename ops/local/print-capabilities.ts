import pc from "picocolors";
import { capabilities, type Capability } from "../../local/capabilities.ts";

/** `npm start -- --capabilities`: every resource type, look-up and service, with what of it is not imitated. */
export function printCapabilities({ json }: { json: boolean }): void {
  const { resources, functions, services } = capabilities();
  if (json) return console.log(JSON.stringify({ resources, functions, services }, undefined, 2));
  const section = (title: string, entries: readonly Capability[]) => [
    pc.bold(title),
    ...entries.flatMap(({ name, version, notImitated }) => [
      `  ${name}${version ? pc.dim(` ${version}`) : ""}`,
      ...notImitated.map((what) => pc.dim(`    not imitated: ${what}`)),
    ]),
    "",
  ];
  console.log(
    [
      ...section("Resource types", resources),
      ...section("Look-ups", functions),
      ...section("Services", services),
    ].join("\n"),
  );
}
