/** Some unit tests start processes of their own, which take their time on a busy machine. */
jest.setTimeout(30_000);
