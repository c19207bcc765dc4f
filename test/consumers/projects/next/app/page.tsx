import { Follow } from './follow';

export default function Page() {
  return <Follow />;
}
