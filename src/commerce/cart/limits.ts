/** Units of one variant in a cart. */
export const mostUnits = 999;
/** Different variants in a cart. */
export const mostLines = 100;
