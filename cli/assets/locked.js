// The page without a token: after a reload, back to the address with the token of this tab.

import { giveUpToken } from './token.js';

const token = giveUpToken();
const tried = new URL(location.href).searchParams.has('token');
if (token && !tried) location.replace(`/?token=${encodeURIComponent(token)}`);
