"""The look of the report: one style sheet, no outside font or picture."""

STYLE = """
:root{--ink:#1f2d3d;--muted:#5b6b7c;--line:#dfe5ec;--paper:#fff;--ground:#f4f6f9;--blue:#2b5c94;--good:#2f6b4f;
--good-bg:#e9f3ee;--bad:#a8432f;--bad-bg:#fbeeeb}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);line-height:1.65;font-size:15px;
font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',sans-serif;
-webkit-text-size-adjust:100%}
header{background:var(--blue);color:#fff;padding:28px 20px}
header>div,main,footer{max-width:1320px;margin:0 auto}
h1{margin:0;font-size:24px;font-weight:600;letter-spacing:.04em}
header p{margin:6px 0 0;opacity:.88;font-size:14px;overflow-wrap:anywhere}
main{padding:20px}
footer{padding:0 20px 40px;color:var(--muted);font-size:13px}
section{background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:18px 20px;margin:0 0 18px}
h2{margin:0 0 12px;font-size:18px;font-weight:600}
h2 small{font-weight:400;color:var(--muted);font-size:13px;margin-left:8px}
.verdict{border-left:5px solid var(--good);background:var(--good-bg)}
.verdict.bad{border-left-color:var(--bad);background:var(--bad-bg)}
.verdict h2{margin:0}
.verdict ul{margin:8px 0 0;padding-left:20px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0 0 18px}
.card{background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:14px 16px}
.card b{display:block;font-size:26px;font-weight:600;line-height:1.3;font-variant-numeric:tabular-nums}
.card span{color:var(--muted);font-size:13px;display:block}
.card.bad b{color:var(--bad)}
.scroll{overflow-x:auto;-webkit-overflow-scrolling:touch;padding-bottom:2px;
background:linear-gradient(to left,var(--paper) 40%,transparent) right/56px 100% no-repeat local,
linear-gradient(to left,rgba(31,45,61,.28),transparent) right/18px 100% no-repeat scroll,var(--paper)}
.scroll::-webkit-scrollbar{height:12px}
.scroll::-webkit-scrollbar-track{background:var(--ground);border-radius:6px}
.scroll::-webkit-scrollbar-thumb{background:#9db0c4;border-radius:6px;border:2px solid var(--ground)}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:8px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums}
thead th{color:var(--muted);font-weight:500;font-size:13px;vertical-align:bottom}
.types thead th{white-space:normal;word-break:keep-all;min-width:54px}
.types :is(th,td){padding:7px 4px;font-size:13px}.types small{font-size:11px}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--paper);font-weight:500}
tbody tr.all td,tbody tr.all th{background:#f7f9fc;font-weight:600}
td small,th small{display:block;color:var(--muted);font-weight:400;font-size:12px}
td.low{color:var(--bad)}
td.none{color:#9aa7b4}
.gates :is(th,td):nth-child(2){text-align:left}
.gates td:nth-child(2){white-space:normal;color:var(--muted);min-width:220px}
.ok{color:var(--good)}.no{color:var(--bad);font-weight:600}
details{border-top:1px solid var(--line)}
details:last-of-type{border-bottom:1px solid var(--line)}
summary{padding:10px 2px;cursor:pointer;overflow-wrap:anywhere}
summary em{font-style:normal;color:var(--muted);font-size:13px;margin-right:8px}
summary .why{display:block;color:var(--bad);font-size:14px;padding-left:16px}
summary .why.miss{color:var(--muted)}
dl{display:grid;grid-template-columns:88px 1fr;gap:6px 12px;margin:0 0 14px;padding:12px 14px;background:var(--ground);
border-radius:4px}
dt{color:var(--muted)}
dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
dd ol,dd ul{margin:0;padding-left:20px;white-space:normal}
dd q{color:var(--muted)}
h3{margin:18px 0 6px;font-size:15px;font-weight:600}
section p{margin:8px 0}
summary .why b{font-weight:500;background:var(--bad-bg);border-radius:3px;padding:0 6px;margin-right:6px;font-size:13px}
ul.plain{list-style:none;margin:0;padding:0}
ul.plain li{padding:6px 2px;border-top:1px solid var(--line);overflow-wrap:anywhere}
ul.plain em{font-style:normal;color:var(--muted);font-size:13px;margin-right:8px}
ul.plain .why{display:block;color:var(--muted);font-size:14px;padding-left:16px}
.reasons :is(th,td):nth-child(n+4){text-align:left;white-space:normal}
details dl+dl{margin-top:8px}
.empty{color:var(--muted);margin:0}
@media(max-width:640px){
 header{padding:20px 16px}main{padding:12px}section{padding:14px 14px}
 .cards{grid-template-columns:repeat(2,1fr);gap:8px}.card b{font-size:22px}
 dl{grid-template-columns:1fr;gap:2px}dd{margin:0 0 8px}
 .gates :is(th,td):is(:nth-child(2),:nth-child(5)){display:none}
}
@media print{body{background:#fff}section,.card{break-inside:avoid}}
"""
