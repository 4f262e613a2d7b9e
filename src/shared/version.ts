/** Which Headstart this is, so that whoever reports something can say it; written in by the build (tools/version.ts). */
declare const __HEADSTART_VERSION__: string;
declare const __HEADSTART_COMMIT__: string | null;

/** As in package.json, e.g. `0.1.0`. */
export const APP_VERSION: string = __HEADSTART_VERSION__;

/** The commit it was built from, shortened; `-dirty` at its end if files differed. Null if it was built without git. */
export const APP_COMMIT: string | null = __HEADSTART_COMMIT__;
