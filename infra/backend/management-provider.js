/**
 * The provider of what only Supabase's Management API can set. Its text goes into the state as it stands here, and the
 * engine's process for dynamic providers runs it with nothing of this program around it: no imports of ours, and the
 * token from that process' environment. Written by hand rather than made of closures by the SDK, so that no secret can
 * be caught in it, a diff of the state stays readable, and the program need not load a compiler.
 *
 * @typedef {{ endpoint: string, projectRef: string, setting: string } & Record<string, unknown>} Inputs
 */

/**
 * How each setting is read and written: its path below `/v1/projects/{ref}/`, the body, and which inputs an answer
 * tells, for a refresh to compare.
 * @type {Record<string, { path(inputs: Inputs): string, body(inputs: Inputs): object, observe(answer: any): object }>}
 */
const settings = {
  pooler: {
    path: () => "config/database/pooler",
    body: ({ poolSize, poolMode }) => ({ default_pool_size: poolSize, pool_mode: poolMode }),
    observe: (answer) => {
      // Reading answers with one entry per database, the primary among them; writing with the primary's alone.
      const entries = [answer].flat();
      const primary = entries.find((entry) => entry.database_type === "PRIMARY") ?? entries[0];
      return { poolSize: primary?.default_pool_size, poolMode: primary?.pool_mode };
    },
  },
  functionJwtCheck: {
    path: ({ slug }) => `functions/${slug}`,
    body: ({ verifyJwt }) => ({ verify_jwt: verifyJwt }),
    observe: (answer) => ({ verifyJwt: answer?.verify_jwt }),
  },
};

/** @param {string} method @param {Inputs} inputs @param {object} [body] @returns {Promise<any>} */
async function call(method, inputs, body) {
  const token = process.env.SUPABASE_ACCESS_TOKEN;
  if (!token) throw new Error("SUPABASE_ACCESS_TOKEN is not set: the Supabase Management API needs it.");
  const path = `/v1/projects/${inputs.projectRef}/${settings[inputs.setting].path(inputs)}`;
  const response = await fetch(inputs.endpoint + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`Supabase answered ${response.status} to ${method} ${path}: ${text.slice(0, 500)}`);
  }
  return text === "" ? undefined : JSON.parse(text);
}

/** Deleting does nothing: a setting cannot be taken away from a project. */
const provider = {
  async create(inputs) {
    const setting = settings[inputs.setting];
    await call("PATCH", inputs, setting.body(inputs));
    return { id: `${inputs.projectRef}/${setting.path(inputs)}`, outs: inputs };
  },
  async update(_id, _olds, news) {
    await call("PATCH", news, settings[news.setting].body(news));
    return { outs: news };
  },
  async read(id, props) {
    return { id, props: { ...props, ...settings[props.setting].observe(await call("GET", props)) } };
  },
  async diff(_id, olds, news) {
    const keys = Object.keys(news).filter((key) => !key.startsWith("__"));
    const changed = keys.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
    return { changes: changed.length > 0, replaces: changed.filter((key) => key === "projectRef") };
  },
};

exports.handler = () => provider;
