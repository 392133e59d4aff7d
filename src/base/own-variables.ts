/** The environment variables that are appd's own: no option of a maker is read from one of them. */
export const OWN_VARIABLES: ReadonlySet<string> = new Set([
  "APPD_PROJECT",
  "APPD_PLUGIN_PATH",
  "APPD_LOG_LEVEL",
  "APPD_LOG_FORMAT",
  "APPD_LOGFILE",
  "APPD_ON_UNHANDLED",
  "APPD_START_TIMEOUT",
  "APPD_STOP_TIMEOUT",
  "APPD_LAUNCH",
  "APPD_RUNTIME_DIR",
]);
