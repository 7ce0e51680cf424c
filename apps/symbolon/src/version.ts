/** The version of this release, as the CHANGELOG names it. */
export const VERSION = '0.1.0';
