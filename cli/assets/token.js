// The token of the page. It comes in the address, leaves the address bar at once, and is kept for
// this tab only, so that a reload works.

const KEY = 'tencent-webhook.token';

/** Takes the token out of the address bar; without one there, the token this tab remembers. */
export function takeToken() {
  const address = new URL(location.href);
  const token = address.searchParams.get('token');
  if (token === null) return sessionStorage.getItem(KEY) ?? '';
  address.searchParams.delete('token');
  history.replaceState(null, '', address);
  sessionStorage.setItem(KEY, token);
  return token;
}

/** Gives the remembered token once: one that was not accepted is not tried again. */
export function giveUpToken() {
  const token = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return token;
}
