// A running demo of its own data folder, and the command line over the same data.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const binary = process.env.VATRA_BIN;
if (!binary) throw new Error("VATRA_BIN names the vatra binary; `make test` sets it");
const run = promisify(execFile);

/** A data folder of its own; the demo that is started on it removes it unless it is told to keep it. */
export const newData = () => mkdtemp(join(tmpdir(), "vatra-e2e-"));

/** Starts `vatra demo` on a free port, pretending that today is `clock`. Resolves when it has said its address. */
export async function startDemo({ clock, data, patience = 60_000 } = {}) {
  data ??= await newData();
  const words = ["demo", "--data", data, "--listen", "127.0.0.1:0", ...(clock ? ["--clock", clock] : [])];
  const child = spawn(binary, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const address = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the demo gave no address in ${patience} ms:\n${said}`)), patience);
    const listen = (chunk) => {
      said += chunk;
      const found = said.match(/http:\/\/127\.0\.0\.1:[1-9][0-9]*/);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`the demo ended with ${code}:\n${said}`));
    });
  });
  return {
    address,
    data,
    /** Everything that the demo has printed. */
    log: () => said,
    /** `vatra --data DATA …`: what it printed and its exit code; it talks to the running host. */
    async vatra(...words) {
      try {
        const { stdout, stderr } = await run(binary, ["--data", data, ...words], { maxBuffer: 64 << 20 });
        return { code: 0, stdout, stderr };
      } catch (error) {
        if (typeof error.code !== "number") throw error;
        return { code: error.code, stdout: error.stdout, stderr: error.stderr };
      }
    },
    async stop({ keep = false } = {}) {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
        await ended;
        clearTimeout(late);
      }
      if (!keep) await rm(data, { recursive: true, force: true });
    },
  };
}

/** Imports the demo's small roll by the command line. Returns its accepted rows by the headings of their columns: the rejected ones end it. */
export async function importSample(demo) {
  const place = join(demo.data, "sample/rol-mic.csv");
  const { code, stdout } = await demo.vatra("act", "sculeni", "tax-collector", "import-roll", "--as", "perceptor", "-F", `roll=@${place}`, "--json");
  if (code !== 0) throw new Error(`the roll was not imported: ${stdout}`);
  const [head, ...lines] = (await readFile(place, "utf8")).replace(/^\ufeff/, "").trim().split(/\r?\n/);
  const columns = head.split(";");
  return lines.slice(0, JSON.parse(stdout).report.accepted).map((line) => Object.fromEntries(line.split(";").map((cell, at) => [columns[at], cell])));
}
