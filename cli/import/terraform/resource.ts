/** What Terraform files hold, as the importers read them. Types alone. */
import type { Body } from './tree.ts';

/** A file by its path, as given; the folder is the module. */
export type TerraformFile = { path: string; body: Body };

/** What Terraform would make: `address` is what references are here. */
export type Resource = {
  type: string;
  name: string;
  address: string;
  isData: boolean;
  body: Record<string, unknown>;
  path: string;
  line: number;
};
