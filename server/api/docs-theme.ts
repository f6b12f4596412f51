// How /docs looks: quiet paper, black ink, one indigo. Only style; what it shows comes from the
// route schemas.

export const DOCS_CSS = `
:root { color-scheme: light; }
body { background: #FBFAF7; }
.swagger-ui, .swagger-ui .info .title, .swagger-ui .opblock-tag, .swagger-ui table thead tr th,
.swagger-ui .opblock .opblock-summary-path, .swagger-ui .opblock .opblock-summary-description,
.swagger-ui .parameter__name, .swagger-ui .response-col_status, .swagger-ui section.models h4 {
  color: #1B1F24;
  font-family: "Hiragino Sans", "Noto Sans JP", "BIZ UDPGothic", "Yu Gothic UI", Meiryo, sans-serif;
}
.swagger-ui .topbar { display: none; }
.swagger-ui .wrapper { max-width: 72rem; }
.swagger-ui .info { margin: 32px 0 16px; }
.swagger-ui .info .title { font-size: 28px; }
.swagger-ui .info .title small { background: #5F6670; }
.swagger-ui .info .title small.version-stamp { background: #1F3A5F; }
.swagger-ui .info p, .swagger-ui .renderedMarkdown p { line-height: 1.7; color: #1B1F24; }
.swagger-ui .info code, .swagger-ui .renderedMarkdown code { color: #1F3A5F; background: #fff; }
.swagger-ui .scheme-container { background: none; box-shadow: none; padding: 8px 0; }
.swagger-ui .opblock-tag { font-size: 20px; border-bottom: 1px solid #E4E1DA; }
.swagger-ui .opblock.opblock-post, .swagger-ui .opblock.opblock-get,
.swagger-ui .opblock.opblock-put, .swagger-ui .opblock.opblock-patch,
.swagger-ui .opblock.opblock-delete {
  background: #fff; border: 1px solid #E4E1DA; border-radius: 4px; box-shadow: none; }
.swagger-ui .opblock .opblock-summary { border: 0; }
.swagger-ui .opblock.opblock-post .opblock-summary-method,
.swagger-ui .opblock.opblock-put .opblock-summary-method,
.swagger-ui .opblock.opblock-patch .opblock-summary-method {
  background: #1F3A5F; border-radius: 3px; text-shadow: none; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #5F6670;
  border-radius: 3px; text-shadow: none; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #B33A24; }
.swagger-ui .opblock .opblock-section-header { background: #FBFAF7; box-shadow: none; }
.swagger-ui .btn.authorize { color: #1F3A5F; border-color: #1F3A5F; box-shadow: none; }
.swagger-ui .btn.authorize svg { fill: #1F3A5F; }
.swagger-ui .btn.execute { background: #1F3A5F; border-color: #1F3A5F; }
.swagger-ui a { color: #1F3A5F; }
`;
