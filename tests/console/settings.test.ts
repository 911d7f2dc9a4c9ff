import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readLocalSettings } from "../../console/settings/localSettings";
import { readStackSettings } from "../../console/settings/stackSettings";
import type { Setting } from "../../console/messages";
import { RefusedError } from "../../console/server/refusal";

describe("the settings that the console shows", () => {
  const pathBefore = process.env["PATH"];
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "pulumi-"))));
  after(() => rm(folder, { recursive: true }));
  afterEach(() => (process.env["PATH"] = pathBefore));

  /** Puts a `pulumi` first on the PATH that prints what the script says. */
  async function pulumiThat(script: string): Promise<void> {
    const file = path.join(folder, "pulumi");
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    process.env["PATH"] = `${folder}${path.delimiter}${pathBefore}`;
  }

  const ofStack = async (config: object): Promise<Map<string, Setting>> => {
    await pulumiThat(
      `[ "$*" = "config --json --stack prod" ] && cat <<'END'\n${JSON.stringify(config)}\nEND`,
    );
    return byKey(await readStackSettings("prod"));
  };

  it("are all that Pulumi.yaml declares, with its defaults and meanings, where a stack sets nothing", async () => {
    const settings = await ofStack({});
    const { value, isDefault, meaning } = settings.get("thumbnailWidth")!;
    assert.deepEqual({ value, isDefault }, { value: "1280", isDefault: true });
    assert.match(meaning, /^Pixels on the longer side/);
    assert.equal(settings.get("tags")?.value, null);
    assert.ok([...settings.values()].every((setting) => setting.isDefault));
  });

  it("tell what a stack has changed from what it has set as it was", async () => {
    const settings = await ofStack({
      "video-thumbnailer:thumbnailWidth": { value: "640", secret: false },
      "video-thumbnailer:videoSuffixes": { value: '[ ".mp4" ]', objectValue: [".mp4"], secret: false },
      "video-thumbnailer:prefixes": { value: '["uploads/"]', objectValue: ["uploads/"], secret: false },
    });
    const changed = [...settings.values()].filter(({ isDefault }) => !isDefault).map(({ key }) => key);
    assert.deepEqual(changed, ["thumbnailWidth", "prefixes"]);
    assert.equal(settings.get("prefixes")?.value, '["uploads/"]');
  });

  it("have the provider's among them, and what nobody declares", async () => {
    const settings = await ofStack({
      "aws:region": { value: "eu-west-1", secret: false },
      "video-thumbnailer:thumbnailWdith": { value: "640", secret: false },
    });
    assert.equal(settings.get("aws:region")?.value, "eu-west-1");
    assert.equal(settings.get("thumbnailWdith")?.meaning, "Pulumi.yaml declares no such setting");
  });

  it("show no secret, and keep it one when it is changed", async () => {
    const { value, command } = (await ofStack({ "video-thumbnailer:alarmEmail": { secret: true } })).get(
      "alarmEmail",
    )!;
    assert.equal(value, "[secret]");
    assert.match(command, /^npx pulumi config set alarmEmail VALUE --secret --stack prod$/m);
  });

  it("say what to type to change one of a stack: a list and a map by their path, what is true or false turned over", async () => {
    const settings = await ofStack({ "video-thumbnailer:storyboard": { value: "true", secret: false } });
    const first = (key: string) => settings.get(key)?.command.split("\n")[0];
    assert.equal(first("thumbnailWidth"), "npx pulumi config set thumbnailWidth VALUE --stack prod");
    assert.equal(first("prefixes"), "npx pulumi config set --path 'prefixes[0]' VALUE --stack prod");
    assert.equal(first("tags"), "npx pulumi config set --path tags.KEY VALUE --stack prod");
    assert.equal(first("storyboard"), "npx pulumi config set storyboard false --stack prod");
    assert.equal(settings.get("spot")?.command.split("\n")[1], "npx pulumi up --stack prod");
  });

  it("tell Pulumi's own words where it does not tell them", async () => {
    await pulumiThat("echo 'error: no stack named prod found' >&2; exit 255");
    await assert.rejects(readStackSettings("prod"), (error) => {
      assert.ok(error instanceof RefusedError);
      assert.match(error.problem.message, /pulumi config --json --stack prod.*no stack named prod found/);
      return true;
    });
  });

  it("are, of a local run, the example's with what it was given, and to be given to the console", async () => {
    const settings = byKey(await readLocalSettings({ storyboard: "true", prefixes: '["uploads/"]' }));
    const of = (key: string) => {
      const { value, isDefault, command } = settings.get(key)!;
      return { value, isDefault, command };
    };
    assert.deepEqual(of("storyboard"), {
      ...{ value: "true", isDefault: false },
      command: "npm run console -- --config storyboard=false",
    });
    assert.deepEqual(of("prefixes"), {
      ...{ value: '["uploads/"]', isDefault: false },
      command: `npm run console -- --config 'prefixes=["VALUE"]'`,
    });
    assert.equal(of("thumbnailWidth").command, "npm run console -- --config thumbnailWidth=VALUE");
  });
});

function byKey(settings: Setting[]): Map<string, Setting> {
  return new Map(settings.map((setting) => [setting.key, setting]));
}
