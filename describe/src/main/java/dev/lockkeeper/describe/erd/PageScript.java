package dev.lockkeeper.describe.erd;

/** What the page of a diagram looks like and does. */
final class PageScript {
    static final String CSS = """
            html{scroll-padding:20vh}
            body{margin:0;color:var(--ink)}
            header{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:baseline;padding:12px 24px}
            h1{font-size:20px;margin:0}
            h2{font-size:17px}
            header p{margin:0;color:var(--muted)}
            #tools{margin-left:auto;display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center}
            #tools[hidden]{display:none}
            #tools span{display:inline-flex;gap:4px;align-items:center}
            #tools button,#tools input{font:inherit;color:inherit;background:var(--box);border:1px solid var(--edge);border-radius:6px;padding:4px 10px;min-height:32px;min-width:32px}
            #tools output{min-width:4em;text-align:center;color:var(--muted)}
            #view{overflow:auto;height:calc(100vh - 110px);min-height:320px;border-block:1px solid var(--edge)}
            #view svg{display:block}
            #view.drag{cursor:grabbing;user-select:none}
            :focus-visible{outline:3px solid var(--accent);outline-offset:-3px}
            h2,table{margin:24px}
            table{border-collapse:collapse;font-size:14px}
            th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid var(--edge);vertical-align:top;overflow-wrap:anywhere}
            table a{color:var(--accent)}
            @media print{@page{size:landscape;margin:10mm}#tools{display:none!important}header{padding:0 0 8px}
            #view{overflow:visible;height:auto;min-height:0;border:0;break-after:page}#view svg{width:100%;height:auto;max-height:82vh}}
            """;

    static final String TEXT = """
            (() => {
              'use strict';
              const view = document.getElementById('view'), svg = view.querySelector('svg');
              const tools = document.getElementById('tools'), find = document.getElementById('find');
              const width = svg.width.baseVal.value, height = svg.height.baseVal.value;
              let zoom = 1, fitting = false;
              // the point under x, y stays where it is
              const scale = (to, x = view.clientWidth / 2, y = view.clientHeight / 2) => {
                const next = Math.min(4, Math.max(0.05, to)), left = (view.scrollLeft + x) / zoom, top = (view.scrollTop + y) / zoom;
                zoom = next;
                fitting = false;
                svg.setAttribute('width', width * zoom);
                svg.setAttribute('height', height * zoom);
                view.scrollLeft = left * zoom - x;
                view.scrollTop = top * zoom - y;
                document.getElementById('zoom').textContent = Math.round(zoom * 100) + ' %';
              };
              const whole = () => Math.min(view.clientWidth / width, view.clientHeight / height);
              const act = key => ({
                '+': () => scale(zoom * 1.25), '=': () => scale(zoom * 1.25), '-': () => scale(zoom / 1.25), '0': () => scale(1),
                'f': () => scale(whole())
              })[key];
              tools.hidden = false;
              // all of it on opening, unless the address leads to a table
              const fit = () => { scale(Math.min(1, whole())); fitting = true; };
              if (!location.hash) fit();
              addEventListener('resize', () => { if (fitting) fit(); });
              tools.addEventListener('click', event => { const run = act(event.target.dataset.z); if (run) run(); });
              view.addEventListener('keydown', event => {
                const run = event.ctrlKey || event.metaKey || event.altKey ? null : act(event.key);
                if (run) { run(); event.preventDefault(); }
              });
              view.addEventListener('wheel', event => {
                if (!event.ctrlKey) return;
                event.preventDefault();
                const area = view.getBoundingClientRect();
                scale(zoom * Math.exp(-event.deltaY / 300), event.clientX - area.left, event.clientY - area.top);
              }, { passive: false });
              let drag = null;
              view.addEventListener('pointerdown', event => {
                if (event.pointerType !== 'mouse' || event.button !== 0 || event.target.closest('a')) return;
                drag = [event.clientX + view.scrollLeft, event.clientY + view.scrollTop];
                view.setPointerCapture(event.pointerId);
                view.classList.add('drag');
              });
              view.addEventListener('pointermove', event => {
                if (!drag) return;
                view.scrollLeft = drag[0] - event.clientX;
                view.scrollTop = drag[1] - event.clientY;
              });
              for (const end of ['pointerup', 'pointercancel']) {
                view.addEventListener(end, () => { drag = null; view.classList.remove('drag'); });
              }
              // a table with its lines and what they lead to
              const lines = [...svg.querySelectorAll('.line')], tables = [...svg.querySelectorAll('a[data-t]')];
              const show = table => {
                svg.querySelectorAll('.on').forEach(on => on.classList.remove('on'));
                if (!table) return;
                const number = table.dataset.t;
                for (const line of lines) {
                  const { c, p } = line.dataset;
                  if (c === number || p === number) {
                    line.classList.add('on');
                    tables[c].classList.add('on');
                    tables[p].classList.add('on');
                  }
                }
              };
              for (const [from, to] of [['mouseover', 'mouseout'], ['focusin', 'focusout']]) {
                svg.addEventListener(from, event => show(event.target.closest('a[data-t]')));
                svg.addEventListener(to, () => show(null));
              }
              const names = [...document.querySelectorAll('#tables option')].map(option => option.value);
              const go = () => {
                const word = find.value.trim().toLowerCase();
                let at = names.findIndex(name => name.toLowerCase() === word);
                if (at < 0 && word) at = names.findIndex(name => name.toLowerCase().includes(word));
                if (at < 0) return;
                const table = tables[at];
                location.hash = table.id;
                table.scrollIntoView({ block: 'center', inline: 'center' });
              };
              find.addEventListener('change', go);
              tools.addEventListener('submit', event => { event.preventDefault(); go(); });
            })();
            """;

    private PageScript() {}
}
