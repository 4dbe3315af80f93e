import { VendorRefusal } from "../vendors/refusal.ts";
import { CannotTell, fail, type Answer } from "./finding.ts";
import { once } from "./once.ts";

/** A variable of the environment that holds (a part of) a credential. */
export interface Variable {
  readonly name: string;
  readonly form: RegExp;
  /** The form in words, such as `40 characters`. */
  readonly inWords: string;
}

/** How a vendor's credential is used and asked whether it is alive. */
export interface TokenKind<Client, Who> {
  readonly vendor: string;
  readonly variables: readonly Variable[];
  /** Where a new one is made, and with what. */
  readonly getOne: string;
  client(...values: string[]): Client;
  /** Asks the vendor whose it is. @throws VendorRefusal or CannotTell */
  identify(client: Client): Promise<Who>;
}

/** A credential of the environment, looked at once for all that need it. */
export interface Token<Client, Who> {
  /** The vendor's API and whose credential it is. @throws CannotTell where it is missing, malformed or dead */
  alive(): Promise<{ client: Client; who: Who }>;
  /** What is wrong with it; undefined where it is alive. @throws VendorRefusal or CannotTell where that cannot be told */
  trouble(): Promise<Answer | undefined>;
}

type Looked<Client, Who> = { client: Client; who: Who } | { trouble: Answer };

export function tokenOf<Client, Who>(
  kind: TokenKind<Client, Who>,
  environment: NodeJS.ProcessEnv,
): Token<Client, Who> {
  const look = once(async (): Promise<Looked<Client, Who>> => {
    const trouble = unusable(kind, environment);
    if (trouble) return { trouble };
    const client = kind.client(...kind.variables.map(({ name }) => environment[name] ?? ""));
    try {
      return { client, who: await kind.identify(client) };
    } catch (error) {
      if (!(error instanceof VendorRefusal && isAboutTheToken(error))) throw error;
      const names = kind.variables.map(({ name }) => name).join(" and ");
      return {
        trouble: fail(`${kind.vendor} refuses ${names}: ${error.words} (${error.status})`, kind.getOne),
      };
    }
  });
  return {
    alive: async () => {
      const looked = await look();
      if ("trouble" in looked) throw new CannotTell(looked.trouble.found);
      return looked;
    },
    trouble: async () => {
      const looked = await look();
      return "trouble" in looked ? looked.trouble : undefined;
    },
  };
}

const isAboutTheToken = ({ status }: VendorRefusal) => status === 400 || status === 401 || status === 403;

function unusable(
  { variables, getOne }: Pick<TokenKind<never, never>, "variables" | "getOne">,
  environment: NodeJS.ProcessEnv,
): Answer | undefined {
  const absent = variables.filter(({ name }) => !environment[name]);
  if (absent.length > 0) {
    const names = absent.map(({ name }) => name).join(" and ");
    return fail(`${names} ${absent.length > 1 ? "are" : "is"} not set`, getOne);
  }
  const wrong = variables.find(({ name, form }) => !form.test(environment[name] ?? ""));
  if (!wrong) return undefined;
  const length = environment[wrong.name]?.length ?? 0;
  return fail(
    `${wrong.name} holds ${length} characters that are no such token: expected ${wrong.inWords}`,
    `Copy it again, without quotes or spaces. ${getOne}`,
  );
}
