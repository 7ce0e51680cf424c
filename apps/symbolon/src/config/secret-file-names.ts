/** The names of both secrets in a data folder, in what `init` writes, and in the Kubernetes Secret that it prints. */
export const SECRET_FILE_NAMES = { kek: 'key-encryption-key', adminToken: 'admin-token' } as const;
