export * from './admin/index.ts';
export * from './oauth/index.ts';
