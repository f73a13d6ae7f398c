// What a caller may do. The service refuses the rest, so the page does not offer it.

const is = (me, role) => me.roles.includes(role);

/** Whether the caller has access to all locations of the company. */
export const seesCompany = (me) => me.locations === null;

/** Notes about weeks, which Trends shows. */
export const mayAnnotate = (me) => is(me, "worker");

export const mayClose = (me) => is(me, "worker");

/** IDs of the source systems are for those who work the lists; each look is logged. */
export const mayShowIds = (me) => is(me, "worker");

export const maySearch = (me) => is(me, "worker");

/** Invalid records name no location. */
export const mayWorkInvalid = (me) => is(me, "worker") && seesCompany(me);

/** Files are those of a whole company. */
export const maySendFiles = (me) => is(me, "worker") && seesCompany(me);

/** Who says how files are read. */
export const mayReplaceMapping = (me) => is(me, "admin") && seesCompany(me);

export const mayRetry = (me) => is(me, "admin") && seesCompany(me);

export const mayReplaceSettings = (me) => is(me, "admin") && seesCompany(me);
