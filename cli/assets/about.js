// Where the receiver listens and forwards to, as the tool says.

import * as api from './api.js';

let about = {};

export async function loadAbout() {
  try {
    about = await api.about();
  } catch {
    about = {};
  }
}

/** The receiver's address. */
export const receiver = () => about.address ?? 'http://127.0.0.1:3000';

/** Where webhooks are forwarded to, or null. */
export const forwardTo = () => about.forward_to ?? null;

/** Whether the webhooks of an app are signed; an app that is not configured counts as signed. */
export const isSigned = (id) => (about.apps ?? []).find((app) => app.sdk_app_id === id)?.signed ?? true;

/** The ids of the configured apps. */
export const apps = () => (about.apps ?? []).map((app) => String(app.sdk_app_id));
