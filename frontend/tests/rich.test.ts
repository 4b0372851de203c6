import { describe, expect, it } from "vitest";

import { isAddress, tidy } from "../lib/rich.ts";

function cleaned(html: string): string {
  const box = document.createElement("div");
  box.append(tidy(html, document));
  return box.innerHTML;
}

describe("what is pasted", () => {
  it.each([
    ['<p class="MsoNormal" style="color:red">报价 <b>确认</b></p>', "<p>报价 <b>确认</b></p>"],
    ['<span style="font-weight:700">x</span>', "<strong>x</strong>"],
    ["<h1>A</h1><div>b</div>", "<h2>A</h2><p>b</p>"],
    ['<div><ul><li onclick="x()">a</li></ul></div>', "<ul><li>a</li></ul>"],
    ['<a href="javascript:alert(1)">x</a>', "<a>x</a>"],
    ['<a href="https://a.cn/" onclick="x()">x</a>', '<a href="https://a.cn/">x</a>'],
    ["<img src=x onerror=alert(1)><script>alert(1)</script>b", "b"],
    ["<svg><a href='x'>y</a></svg>z", "z"],
    ["<style>p{}</style><o:p></o:p><p>a\n b</p>", "<p>a b</p>"],
  ])("is %s", (given, kept) => {
    expect(cleaned(given)).toBe(kept);
  });

  it("knows addresses of links", () => {
    expect([isAddress("https://a.cn"), isAddress("mailto:a@b.cn"), isAddress("javascript:x"), isAddress("/x")]).toEqual([true, true, false, false]);
  });
});
