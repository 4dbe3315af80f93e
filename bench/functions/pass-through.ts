/**
 * What any function adds that lies between a sender and the store: it passes a signed PUT on as it comes, to the address in
 * `x-target`, and checks nothing.
 */
export const passThroughSource = `
import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true });
const perConnection = ["connection", "host", "keep-alive", "x-target"];

Deno.serve(async (req) => {
  const headers = Object.fromEntries([...req.headers].filter(([name]) => !perConnection.includes(name)));
  const put = request(req.headers.get("x-target")!, { agent, method: "PUT", headers });
  const status = new Promise<number>((resolve, reject) => {
    put.once("error", reject);
    put.once("response", (answer) => answer.resume().once("end", () => resolve(answer.statusCode!)));
  });
  for await (const chunk of req.body!) {
    if (!put.write(chunk)) await new Promise((resolve) => put.once("drain", resolve));
  }
  put.end();
  return new Response(null, { status: await status });
});
`;
