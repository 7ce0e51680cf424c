import { describeStores } from '../conformance/index.ts';
import { createMemoryStores } from './index.ts';

describeStores('memory', async () => createMemoryStores());
