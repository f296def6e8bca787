data "azurerm_client_config" "this" {}

resource "azurerm_resource_group" "monitoring" {
  name     = "monitoring"
  location = "uksouth"
}

module "pageturner" {
  source              = "../"
  pageturner_url      = "https://pages.example.gov.uk"
  hook_key            = var.pageturner_hook_key
  resource_group_name = azurerm_resource_group.monitoring.name
  tenant_id           = data.azurerm_client_config.this.tenant_id
  scopes              = ["/subscriptions/${data.azurerm_client_config.this.subscription_id}"]
  maintenance = {
    patching = {
      scopes    = [azurerm_resource_group.monitoring.id]
      time_zone = "GMT Standard Time"
      weekly    = { days = ["Sunday"], start = "02:00:00", end = "04:00:00" }
    }
  }
}

variable "pageturner_hook_key" {
  type      = string
  sensitive = true
}
