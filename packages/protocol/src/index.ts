export * from './admin/index.ts';
export * from './oauth/index.ts';
export * from './trace-context.ts';
