// Every request that the page makes: the JSON API of `tencent-webhook listen`.

import { takeToken } from './token.js';

const token = takeToken();

/** What the server answered instead of what was asked for, and the name of the cause. */
class ApiError extends Error {
  constructor(text, cause) {
    super(text);
    this.cause = cause;
  }
}

async function request(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((error) => {
    throw new ApiError(error.message, 'network');
  });
  if (response.ok) return response;
  const text = (await response.text()).trim() || `HTTP ${response.status}`;
  throw new ApiError(text, response.headers.get('x-cause'));
}

const json = async (method, path, body) => (await request(method, path, body)).json();
const rulePath = (command) => `/api/rules/${encodeURIComponent(command)}`;

/** The rows that fit `filter` (`command`, `app`, `end`, `q`, `after`), newest first. */
export function deliveries(filter) {
  const given = Object.entries(filter).filter(([, value]) => value !== '' && value !== undefined);
  return json('GET', `/api/deliveries?${new URLSearchParams(given)}`);
}

/** Everything about one delivery, as JSON text: parsing would lose digits of long numbers. */
export const delivery = async (id) => (await request('GET', `/api/deliveries/${id}`)).text();

/** Sends it again, signed anew, with another body if one is given. Gives the new id. */
export const resend = async (id, body) =>
  (await json('POST', `/api/deliveries/${id}/resend`, body === undefined ? {} : { body })).id;

/** The commands of both envelopes: names, phase, vendor's page. */
export const commands = () => json('GET', '/api/commands');

/** The receiver's address, its apps, and where it forwards to. */
export const about = () => json('GET', '/api/about');

/** All rules, by command. */
export const rules = () => json('GET', '/api/rules');

export const putRule = (command, rule) => request('PUT', rulePath(command), rule);

export const deleteRule = (command) => request('DELETE', rulePath(command));

/** Everything that is kept, as a recording for `tencent-webhook replay`. */
export const recording = async () => (await request('GET', '/api/recording')).blob();

/** The live rows. An `EventSource` resumes by `Last-Event-ID` itself, and cannot set a header. */
export const events = () => new EventSource(`/api/events?token=${encodeURIComponent(token)}`);
