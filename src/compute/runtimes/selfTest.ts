/** What every runtime's self-test goes by. */

/** Largest deviation from double precision that is still called right. Float32 gives about 1e-6. */
export const SELF_TEST_TOLERANCE = 1e-3;
