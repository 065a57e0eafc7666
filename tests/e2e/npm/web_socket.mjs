// SPDX-License-Identifier: MIT
// The terminal by npm's ws, and by xterm.js with its attach addon.
import { check, main, port, require, waiter } from './check.mjs';

const WebSocket = require('ws');
const url = (query = '') => `ws://127.0.0.1:${port}/api/ws/alice/build/shell${query}`;

async function seedMessages() {
  const socket = new WebSocket(url());
  const { changed, until } = waiter();
  let text = '';
  socket.on('message', (data, binary) => {
    check(binary, false, 'a frame of the seed is text');
    const message = JSON.parse(data);
    check(message, { type: 'output', data: message.data }, 'message');
    text += message.data;
    changed();
  });
  socket.on('open', () => {
    // bash gives back the size that it has seen at each prompt: a resize in that moment is lost, so `read` holds the terminal.
    socket.send(JSON.stringify({ type: 'input', data: 'echo re""ady; read -r x; stty size; printf "\\303\\251%s\\n" ok\r' }));
  });
  await until(() => text.includes('ready\r\n'));
  socket.send(JSON.stringify({ type: 'resize', rows: 40, cols: 120 }));
  socket.send('rubbish');
  socket.send(JSON.stringify({ type: 'input', data: '\r' }));
  await until(() => text.includes('40 120\r\n') && text.includes('éok\r\n'));
  await new Promise((resolve) => {
    socket.on('close', resolve);
    socket.close();
  });
}

async function rawMode() {
  const socket = new WebSocket(url('?cols=100&rows=31'), 'strata.raw', { perMessageDeflate: true });
  const { changed, until } = waiter();
  const control = [];
  let bytes = Buffer.alloc(0);
  socket.on('message', (data, binary) => {
    if (binary) bytes = Buffer.concat([bytes, data]);
    else control.push(JSON.parse(data));
    changed();
  });
  let closed;
  socket.on('close', (code, reason) => {
    closed = [code, String(reason)];
    changed();
  });
  await until(() => control.length > 0);
  check(control[0].type, 'ready', 'first message');
  socket.send(Buffer.from('printf "\\377\\000\\200"; stty size\r'));
  await until(() => bytes.includes(Buffer.from([0xff, 0x00, 0x80])) && bytes.includes('100'));
  // The size goes another way than what is typed, and may come after it.
  socket.send(Buffer.from('echo re""ady; read -r x; until stty size | grep "43 132"; do :; done; exit 3\r'));
  await until(() => bytes.includes('ready\r\n'));
  socket.send(JSON.stringify({ type: 'resize', cols: 132, rows: 43 }));
  socket.send(Buffer.from('\r'));
  await until(() => closed);
  check(bytes.includes('43 132'), true, 'resized');
  check(control.at(-1).type, 'end', 'last message');
  check(control.at(-1).exit_code, 3, 'exit code');
  check(closed[0], 1000, 'close code');
}

async function xterm() {
  globalThis.self ??= globalThis;
  globalThis.window ??= globalThis; // all that xterm.js asks of a browser until it draws
  const { Terminal } = require('@xterm/xterm');
  const { AttachAddon } = require('@xterm/addon-attach');
  const terminal = new Terminal({ cols: 90, rows: 30, allowProposedApi: true });
  const socket = new WebSocket(url('?cols=90&rows=30'), 'strata.attach');
  socket.binaryType = 'arraybuffer';
  terminal.loadAddon(new AttachAddon(socket, { bidirectional: true }));
  const { changed, until } = waiter();
  terminal.onWriteParsed(changed);
  const screen = () => {
    const lines = [];
    for (let i = 0; i < terminal.buffer.active.length; i++) lines.push(terminal.buffer.active.getLine(i).translateToString(true));
    return lines;
  };
  await new Promise((resolve) => socket.on('open', resolve));
  await until(() => screen().some((line) => line.startsWith('root@strata')));
  terminal.input('stty size; printf "\\303\\251%s\\n" ok\r');
  await until(() => screen().includes('30 90') && screen().includes('éok'));
  // Tells when the terminal is its own: bash may hand it over a little later, and a ctrl-c until then would be bash's. exec,
  // since a bash that waits for a child does not heed it.
  terminal.input(
    "sh -c 'while read -r pid comm state parent group session tty front rest </proc/$$/stat; " +
      "[ $group != $front ]; do :; done; echo wai\"\"ting; exec sleep 1000'\r",
  );
  await until(() => screen().includes('waiting'));
  terminal.input('\x03');
  terminal.input('echo code-$?\r');
  await until(() => screen().includes('code-130'));
  socket.close();
}

async function refused() {
  const opened = (options) =>
    new Promise((resolve) => {
      const socket = new WebSocket(options.url ?? url(), options.protocols ?? [], options);
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('error', () => {});
    });
  check(await opened({ origin: 'https://evil.example' }), 403, 'a foreign page');
  check(await opened({ origin: `http://127.0.0.1:${port}` }), 101, 'its own page');
  check(await opened({ url: `ws://127.0.0.1:${port}/api/ws/shell` }), 400, 'no identity');
}

await main(async () => {
  await seedMessages();
  await rawMode();
  await xterm();
  await refused();
});
