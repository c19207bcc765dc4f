// The releases of Node that the package supports.
import { join } from 'node:path';
import { emptyFolder, npmInstall } from './project.ts';

/** A release of every Node that the package supports; the first is the oldest that `engines` allows. */
export const NODE_VERSIONS = ['20.19.0', '22.23.3', '24.21.0', '26.10.0'];

/** Installs a release of Node, which comes as a package for each platform. @returns its binary. */
export async function installNode(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await emptyFolder(`node-${version}`);
  await npmInstall(folder, [`${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin', 'node');
}
