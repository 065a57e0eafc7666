// SPDX-License-Identifier: MIT
// The official SDK's client in each of its modes, over HTTP and over `strata mcp`.
import { check, main, port, require } from './check.mjs';

const { Client, StreamableHTTPClientTransport } = require('@modelcontextprotocol/client');
const { StdioClientTransport } = require('@modelcontextprotocol/client/stdio');
const api = `http://127.0.0.1:${port}`;
const overHttp = () => new StreamableHTTPClientTransport(new URL(api + '/mcp/?tools=full'));
const overStdio = () =>
  new StdioClientTransport({ command: process.env.STRATA_PROGRAM, args: ['mcp', '--tools', 'full'], env: { ...process.env, STRATA_API: api }, stderr: 'ignore' });
const name = { owner_id: 'alice', session_id: 'build' };

async function scenario(mode, version, transport) {
  const what = `${JSON.stringify(mode)} over ${transport === overHttp ? 'http' : 'stdio'}: `;
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(transport());
  check(client.getNegotiatedProtocolVersion(), version, what + 'version');
  check(client.getServerVersion().name, 'strata', what + 'server');
  const { tools } = await client.listTools();
  check(tools.some((each) => each.name === 'exec' && each.outputSchema), true, what + 'exec');
  // The client checks structuredContent against outputSchema by itself.
  const call = (tool, given, options) => client.callTool({ name: tool, arguments: { ...name, ...given } }, options);
  const ran = await call('exec', { command: 'echo hi; exit 3' });
  check([ran.content[0].text, ran.structuredContent.exit_code, ran.isError ?? false], ['hi', 3, false], what + 'exec');
  const told = [];
  await call('exec', { command: 'for i in 1 2 3; do echo $i; sleep 0.3; done' }, { onprogress: (each) => told.push(each) });
  check(told.length > 0, true, what + 'progress');
  const bad = await call('exec', {});
  check([bad.isError, bad.content[0].text], [true, 'command is required'], what + 'no command');
  for (const [tool, given] of [['session_create', {}], ['session_get', {}], ['session_list', { session_id: undefined }], ['session_update', { metadata: { a: 'b' } }]])
    check((await call(tool, given)).isError ?? false, false, what + tool);
  check((await client.callTool({ name: 'server_stats', arguments: {} })).structuredContent.active_sessions, 1, what + 'server_stats');

  const leave = new AbortController();
  const running = call('exec', { command: 'touch /tmp/begun; sleep 1000' }, { signal: leave.signal }).then(() => 'answered', () => 'cancelled');
  await call('exec', { shell: 'fresh', command: 'until test -e /tmp/begun; do :; done; rm /tmp/begun' });
  leave.abort();
  check(await running, 'cancelled', what + 'a call that was left');
  const gone = await call('exec', { shell: 'fresh', command: 'while pgrep -x sleep >/dev/null; do :; done' });
  check(gone.structuredContent.exit_code, 0, what + 'its command');
  check((await call('session_close', {})).isError ?? false, false, what + 'session_close');
  await client.close();
}

await main(async () => {
  for (const transport of [overHttp, overStdio]) {
    await scenario('legacy', '2025-11-25', transport);
    await scenario('auto', '2026-07-28', transport);
    await scenario({ pin: '2026-07-28' }, '2026-07-28', transport);
  }
});
