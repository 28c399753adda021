import { refusalOf, securityHeaders } from '../../workbench/server/guard';

const PORT = 4711;
const TOKEN = 'one-token-for-one-start';
const HOST = `127.0.0.1:${PORT}`;
const call = (headers: object = {}, method = 'POST', url = '/api/start') => ({
  method,
  url,
  headers: { host: HOST, 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
});
const statusOf = (asked: Parameters<typeof refusalOf>[0]) => refusalOf(asked, PORT, TOKEN)?.status;

describe('the guard of the workbench', () => {
  it.each([
    ['its own page', call({ origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' })],
    ['its own page by the name localhost', call({ host: `localhost:${PORT}`, origin: `http://localhost:${PORT}` })],
    ['a browser that sends no fetch metadata', call({ origin: `http://${HOST}` })],
    ['the link from the terminal', call({ 'sec-fetch-site': 'none' }, 'GET', '/')],
    ['a content type with a charset', call({ 'content-type': 'application/json; charset=utf-8' })],
  ])('lets %s pass', (_, asked) => {
    expect(statusOf(asked)).toBeUndefined();
  });

  it.each([
    ['a name that somebody else points here', call({ host: `evil.example:${PORT}` }), 421],
    ['another port', call({ host: '127.0.0.1:4712' }), 421],
    ['no host at all', call({ host: undefined }), 421],
    ['another loopback name', call({ host: `[::1]:${PORT}` }), 421],
    ['a foreign origin', call({ origin: 'https://evil.example' }), 403],
    ['an origin that begins like ours', call({ origin: `http://${HOST}.evil.example` }), 403],
    ['an origin of another address', call({ origin: `http://192.168.1.7:${PORT}` }), 403],
    ['an origin of another scheme', call({ origin: `https://${HOST}` }), 403],
    ['the null origin of a sandboxed frame', call({ origin: 'null' }), 403],
    ['the other name of this machine', call({ origin: `http://localhost:${PORT}` }), 403],
    ['another site without an origin', call({ 'sec-fetch-site': 'cross-site' }, 'GET', '/'), 403],
    ['another port of this machine', call({ 'sec-fetch-site': 'same-site' }), 403],
    ['a call by GET', call({}, 'GET'), 405],
    ['a file by POST', call({}, 'POST', '/main.js'), 405],
    ['a form', call({ 'content-type': 'application/x-www-form-urlencoded' }), 415],
    ['text that a form can send', call({ 'content-type': 'text/plain' }), 415],
    ['a type that begins like JSON', call({ 'content-type': 'application/jsonp' }), 415],
    ['no token', call({ authorization: undefined }), 401],
    ['another token', call({ authorization: 'Bearer another' }), 401],
    ['the beginning of the token', call({ authorization: `Bearer ${TOKEN.slice(0, -1)}` }), 401],
    ['the token in a cookie', call({ authorization: undefined, cookie: `token=${TOKEN}` }), 401],
  ])('refuses %s', (_, asked, status) => {
    expect(statusOf(asked as Parameters<typeof refusalOf>[0])).toBe(status);
  });

  it('leaves no way for scripts but its own', () => {
    const policy = securityHeaders('abc')['Content-Security-Policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(policy).not.toContain('unsafe');
  });
});
