import fc from "fast-check";
import { expect, test } from "vitest";
import { unknown } from "../../catalog/unknown.ts";
import { marshal, unmarshal, type Values } from "./marshal.ts";

test("values come back as they were, with their secrets and unknowns", () => {
  const values = { name: "n", list: [1, { a: unknown }], secret: { deep: "s" }, later: unknown };
  expect(unmarshal(marshal(values, ["secret", "later", "absent"]))).toEqual({ values, secrets: ["secret"] });
});

test("a secret at any depth marks its property", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "s" };
  expect(unmarshal(marshal({ list: [{ value: secret }] }))).toEqual({
    values: { list: [{ value: "s" }] },
    secrets: ["list"],
  });
});

test("undefined and null are absent", () => {
  expect(unmarshal(marshal({ a: undefined, b: null, c: 0 })).values).toEqual({ c: 0 });
  expect(unmarshal(undefined)).toEqual({ values: {}, secrets: [] });
});

test("a property named __proto__ is dropped, since the library's maps cannot hold one, and changes no prototype", () => {
  const values = JSON.parse('{"deep": {"__proto__": {"polluted": true}, "kept": 1}}') as Values;
  const back = unmarshal(marshal(values)).values;
  expect(back).toEqual({ deep: { kept: 1 } });
  expect((back["deep"] as Values)["polluted"]).toBeUndefined();
});

test("any JSON survives", () => {
  const json = fc
    .dictionary(
      fc.string(),
      fc.jsonValue({ maxDepth: 3 }).filter((value) => value !== null),
    )
    .filter((values) => !JSON.stringify(values).includes('"__proto__"'));
  fc.assert(
    fc.property(json, (values) => {
      const plain: unknown = JSON.parse(JSON.stringify(values));
      expect(JSON.parse(JSON.stringify(unmarshal(marshal(values)).values))).toEqual(plain);
    }),
  );
});
