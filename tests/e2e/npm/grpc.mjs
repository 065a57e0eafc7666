// SPDX-License-Identifier: MIT
// Packages sandbox and strata.v1 by @grpc/grpc-js.
import { check, main, port, require, waiter } from './check.mjs';

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const root = process.env.STRATA_PROTO_ROOT;
const load = (file) => grpc.loadPackageDefinition(loader.loadSync(file, { includeDirs: [root], longs: Number, enums: String, oneofs: true, keepCase: true, defaults: true }));
const here = `127.0.0.1:${port}`;
const made = (Service) => new Service(here, grpc.credentials.createInsecure());
const ask = (client, method, request, options = {}) =>
  new Promise((resolve, reject) => client[method](request, options, (error, answer) => (error ? reject(error) : resolve(answer))));
const code = (promise) => promise.then(() => grpc.status.OK, (error) => error.code);

function events(call) {
  const { changed, until } = waiter();
  const seen = [];
  let status;
  call.on('data', (event) => {
    seen.push(event);
    changed();
  });
  call.on('error', () => {});
  call.on('status', (its) => {
    status = its;
    changed();
  });
  return { seen, until, status: () => until(() => status) };
}

async function seed() {
  const client = made(load('sandbox/sandbox.proto').sandbox.SandboxService);
  const name = { ownerID: 'alice', sessionID: 'seed' };
  const session = await ask(client, 'CreateSession', name);
  check([session.ownerID, session.sessionID], ['alice', 'seed'], 'session');
  const ran = await ask(client, 'Exec', { ...name, command: 'echo hi; exit 3', timeoutMs: 10000 });
  check([ran.output, ran.error], ['hi', ''], 'exec');
  check((await ask(client, 'Exec', { ...name, command: '' })).error.includes('command'), true, 'an empty command');
  const shell = client.Shell();
  const { seen, until } = events(shell);
  const text = () => Buffer.concat(seen.map((each) => each.data)).toString();
  // bash gives back the size that it has seen at each prompt: a resize in that moment is lost, so `read` holds the terminal.
  shell.write({ ...name, stdinData: Buffer.from("echo re''ady; read -r x; stty size; exit\r") });
  await until(() => text().includes('ready\r\n'));
  shell.write({ resize: { rows: 33, cols: 99 } });
  shell.write({ stdinData: Buffer.from('\r') });
  await until(() => seen.some((each) => each.closed));
  check(text().includes('33 99'), true, 'resized');
  const stats = await ask(client, 'Stats', {});
  check(stats.activeSessions, 1, 'active sessions');
  check((await ask(client, 'CloseSession', name)).success, true, 'close');
  check((await ask(client, 'CloseSession', name)).success, false, 'close again');
}

async function strata() {
  const v1 = load(['strata/v1/session.proto', 'strata/v1/shell.proto', 'strata/v1/process.proto', 'strata/v1/terminal.proto']).strata.v1;
  const shells = made(v1.ShellService), sessions = made(v1.SessionService), processes = made(v1.ProcessService), terminals = made(v1.TerminalService);
  const session = { owner_id: 'alice', session_id: 'build' };
  const ran = await ask(shells, 'Exec', { session, command: 'echo out; echo err >&2; exit 7' });
  check([ran.exit_code, ran.stdout.data.toString(), ran.reason], [7, 'out\n', 'exited'], 'exec');

  const streamed = events(shells.ExecStream({ session, command: 'seq 100000 | sha256sum; seq 100000' }));
  check((await streamed.status()).code, grpc.status.OK, 'status of a stream');
  check(streamed.seen[0].event, 'started', 'first event');
  check(streamed.seen.at(-1).end.exit_code, 0, 'last event');
  const output = Buffer.concat(streamed.seen.filter((each) => each.output).map((each) => each.output.data)).toString();
  check(output.split('\n').length, 100002, 'lines');

  const call = processes.Run();
  const run = events(call);
  call.write({ start: { session, argv: ['sh', '-c', 'cat; exit 5'], has_input: true } });
  call.write({ input: Buffer.from([0, 255, 10]) });
  call.write({ end_of_input: {} });
  check((await run.status()).code, grpc.status.OK, 'status of run');
  check(Buffer.concat(run.seen.filter((each) => each.output).map((each) => each.output.data)), Buffer.from([0, 255, 10]), 'bytes');
  check(run.seen.at(-1).end.exit_code, 5, 'exit code');

  const view = terminals.Attach();
  const terminal = events(view);
  view.write({ attach: { session, size: { cols: 91, rows: 29 } } });
  await terminal.until(() => terminal.seen.length > 0);
  check(terminal.seen[0].event, 'ready', 'first event of a terminal');
  view.write({ input: Buffer.from('stty size\r') });
  await terminal.until(() => Buffer.concat(terminal.seen.filter((each) => each.output).map((each) => each.output.data)).includes('29 91'));
  view.cancel();

  check(await code(ask(sessions, 'GetSession', { session: { ...session, session_id: 'none' } })), grpc.status.NOT_FOUND, 'a session that is not there');
  check(await code(ask(shells, 'Exec', { session, command: '' })), grpc.status.INVALID_ARGUMENT, 'no command');
  check(await code(ask(shells, 'Exec', { session, command: 'sleep 1000', shell: 'fresh' }, { deadline: Date.now() + 500 })), grpc.status.DEADLINE_EXCEEDED, 'a deadline');
  const gone = await ask(shells, 'Exec', { session, shell: 'fresh', command: 'while pgrep -x sleep >/dev/null; do :; done; echo gone' });
  check(gone.exit_code, 0, 'its command is gone');
  check(await code(ask(sessions, 'CloseSession', { session })), grpc.status.OK, 'close');
}

await main(async () => {
  await seed();
  await strata();
});
