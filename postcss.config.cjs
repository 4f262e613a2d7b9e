/** Mantine's CSS helpers (light-dark(), rem()) in CSS modules. */
module.exports = { plugins: { 'postcss-preset-mantine': {} } };
