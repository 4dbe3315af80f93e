/**
 * The provider of what only Supabase's Management API can set. Its text goes into the state as it stands here, and the
 * engine's process for dynamic providers runs it with nothing of this program around it: no imports of ours, and the
 * token from that process' environment. Written by hand rather than made of closures by the SDK, so that no secret can
 * be caught in it, a diff of the state stays readable, and the program need not load a compiler.
 *
 * @typedef {{ endpoint: string, projectRef: string, setting: string } & Record<string, unknown>} Inputs
 */

/**
 * How each setting is brought about, read, and taken away. `write` is called to create and to update, and again after an
 * interruption: it finds what is there already. `read` gives the inputs as Supabase has them now, for a refresh to
 * compare; undefined where the thing is gone.
 * @type {Record<string, {
 *   path(inputs: Inputs): string, write(inputs: Inputs): Promise<unknown>, read(inputs: Inputs): Promise<object | undefined>,
 *   remove?(inputs: Inputs): Promise<unknown>, replaces?: string[] }>}
 */
const settings = {
  pooler: {
    path: () => "config/database/pooler",
    write: (inputs) =>
      call("PATCH", inputs, "config/database/pooler", {
        default_pool_size: inputs.poolSize,
        pool_mode: inputs.poolMode,
      }),
    read: async (inputs) => {
      // One entry per database, the primary among them.
      const entries = await databases(inputs);
      const primary = entries.find((entry) => entry.database_type === "PRIMARY") ?? entries[0];
      return primary && { poolSize: primary.default_pool_size, poolMode: primary.pool_mode };
    },
  },

  functionJwtCheck: {
    path: ({ slug }) => `functions/${slug}`,
    write: (inputs) => call("PATCH", inputs, `functions/${inputs.slug}`, { verify_jwt: inputs.verifyJwt }),
    read: async (inputs) => {
      const found = await call("GET", inputs, `functions/${inputs.slug}`);
      return found && { verifyJwt: found.verify_jwt };
    },
  },

  realtime: {
    path: () => "config/realtime",
    write: (inputs) => call("PATCH", inputs, "config/realtime", { max_concurrent_users: inputs.connections }),
    read: async (inputs) => {
      const found = await call("GET", inputs, "config/realtime");
      return found && { connections: found.max_concurrent_users };
    },
  },

  disk: {
    path: () => "config/disk",
    // It grows by itself and cannot shrink: what is larger than asked for is as it should be.
    write: async (inputs) => {
      const { size_gb: size } = await diskOf(inputs);
      if (size >= inputs.sizeGb) return;
      await call("POST", inputs, "config/disk", { attributes: { type: "gp3", size_gb: inputs.sizeGb } });
    },
    read: async (inputs) => ({ sizeGb: Math.min((await diskOf(inputs)).size_gb, inputs.sizeGb) }),
  },

  addon: {
    path: ({ addonType }) => `billing/addons/${addonType}`,
    write: (inputs) =>
      call("PATCH", inputs, "billing/addons", {
        addon_type: inputs.addonType,
        addon_variant: inputs.variant,
      }),
    read: async (inputs) => {
      const { selected_addons: selected = [] } = (await call("GET", inputs, "billing/addons")) ?? {};
      const variant = selected.find(({ type }) => type === inputs.addonType)?.variant.id;
      return variant && { variant };
    },
    remove: (inputs) => call("DELETE", inputs, `billing/addons/${inputs.variant}`),
    replaces: ["addonType"],
  },

  readReplica: {
    path: ({ region }) => `read-replicas/${region}`,
    write: async (inputs) => {
      if (await replicaIn(inputs)) return;
      await call("POST", inputs, "read-replicas/setup", { read_replica_region: inputs.region });
      const end = Date.now() + REPLICA_LIMIT_MS;
      while (!(await replicaIn(inputs))) {
        if (Date.now() > end) {
          throw new Error(`Supabase has not made the read replica in ${inputs.region} within 30 minutes.`);
        }
        await new Promise((resolve) => setTimeout(resolve, 5_000));
      }
    },
    read: async (inputs) => (await replicaIn(inputs)) && { region: inputs.region },
    remove: async (inputs) => {
      const replica = await replicaIn(inputs);
      if (!replica) return;
      await call("POST", inputs, "read-replicas/remove", { database_identifier: replica.identifier });
    },
    replaces: ["region"],
  },
};

/** A replica is copied from a backup; a large database takes its time. */
const REPLICA_LIMIT_MS = 30 * 60_000;

/** @param {Inputs} inputs @returns {Promise<any[]>} */
const databases = async (inputs) => [(await call("GET", inputs, "config/database/pooler")) ?? []].flat();

/** The replica in the region, which is part of its name. @param {Inputs} inputs */
const replicaIn = async (inputs) =>
  (await databases(inputs)).find(
    ({ database_type, identifier }) =>
      database_type === "READ_REPLICA" && identifier.includes(`-rr-${inputs.region}-`),
  );

/** @param {Inputs} inputs */
const diskOf = async (inputs) => (await call("GET", inputs, "config/disk"))?.attributes ?? { size_gb: 0 };

/** @param {string} method @param {Inputs} inputs @param {string} below @param {object} [body] @returns {Promise<any>} */
async function call(method, inputs, below, body) {
  const token = process.env.SUPABASE_ACCESS_TOKEN;
  if (!token) throw new Error("SUPABASE_ACCESS_TOKEN is not set: the Supabase Management API needs it.");
  const path = `/v1/projects/${inputs.projectRef}/${below}`;
  const response = await fetch(inputs.endpoint + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  // What is read may be gone, and what is to be taken away and is not there is as it should be.
  if (["GET", "DELETE"].includes(method) && response.status === 404) return undefined;
  if (!response.ok) {
    throw new Error(`Supabase answered ${response.status} to ${method} ${path}: ${text.slice(0, 500)}`);
  }
  return text === "" ? undefined : JSON.parse(text);
}

/** Deleting does nothing where a setting cannot be taken away from a project. */
const provider = {
  async create(inputs) {
    const setting = settings[inputs.setting];
    await setting.write(inputs);
    return { id: `${inputs.projectRef}/${setting.path(inputs)}`, outs: inputs };
  },
  async update(_id, _olds, news) {
    await settings[news.setting].write(news);
    return { outs: news };
  },
  async read(id, props) {
    const found = await settings[props.setting].read(props);
    return found ? { id, props: { ...props, ...found } } : {};
  },
  async delete(_id, props) {
    await settings[props.setting].remove?.(props);
  },
  async diff(_id, olds, news) {
    const keys = Object.keys(news).filter((key) => !key.startsWith("__"));
    const changed = keys.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
    const fixed = ["projectRef", ...(settings[news.setting].replaces ?? [])];
    return { changes: changed.length > 0, replaces: changed.filter((key) => fixed.includes(key)) };
  },
};

exports.handler = () => provider;
