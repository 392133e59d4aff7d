/**
 * The realm of HTTP that people log in to where nothing else is said: guards ask for it, and HA1 is stored for it. It
 * has nothing to do with the realm that gives avatars.
 */
export const DEFAULT_REALM = "appd";
