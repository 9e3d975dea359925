/** The components that pages are made of: their shapes, and the builders of bars and tables. */
export * from './bars.js';
export * from './line-chart.js';
export * from './shapes.js';
export * from './tables.js';
