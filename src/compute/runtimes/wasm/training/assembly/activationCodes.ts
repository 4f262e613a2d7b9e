/** Numbers that the kernels know activations by. Read by the kernels and by the TypeScript that calls them. */
export const LEAKY_RELU = 0;
export const SIGMOID = 1;
export const SILU = 2;
export const HARD_SWISH = 3;
