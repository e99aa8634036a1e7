// Two devices and another program on one account: what is done on one shows on the others. On Cyrus.

import { sideBySide } from './support/live.ts';

sideBySide('cyrus');
