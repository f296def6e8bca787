# Azure Monitor to Pageturner: an action group whose webhook proves by an Entra token who it is, and a processing rule that
# adds it to every alert of the chosen scopes, so that no alert rule has to name it. Windows of maintenance suppress alerts before
# they leave Azure; a silence in Pageturner keeps a record of them, and is the better way where both would do.
terraform {
  required_version = ">= 1.5"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0"
    }
    azuread = {
      source  = "hashicorp/azuread"
      version = ">= 3.0"
    }
  }
}

# The application that Pageturner is to Entra: tokens for it are what `senders` checks.
resource "azuread_application" "pageturner" {
  display_name     = var.name
  sign_in_audience = "AzureADMyOrg"

  app_role {
    allowed_member_types = ["Application"]
    description          = "Azure Monitor may post alerts"
    display_name         = "ActionGroupsSecureWebhook"
    enabled              = true
    id                   = var.app_role_id
    value                = "ActionGroupsSecureWebhook"
  }
}

resource "azuread_application_identifier_uri" "pageturner" {
  application_id = azuread_application.pageturner.id
  identifier_uri = "api://${azuread_application.pageturner.client_id}"
}

resource "azuread_service_principal" "pageturner" {
  client_id = azuread_application.pageturner.client_id
}

# Microsoft's own application for action groups ("Secure webhook", Azure Monitor documentation).
data "azuread_service_principal" "action_groups" {
  client_id = "461e8683-5575-4561-ac7f-899cc907d62a"
}

resource "azuread_app_role_assignment" "action_groups" {
  app_role_id         = var.app_role_id
  principal_object_id = data.azuread_service_principal.action_groups.object_id
  resource_object_id  = azuread_service_principal.pageturner.object_id
}

resource "azurerm_monitor_action_group" "pageturner" {
  name                = var.name
  resource_group_name = var.resource_group_name
  short_name          = "pageturner"
  tags                = var.tags

  webhook_receiver {
    name                    = "pageturner"
    service_uri             = "${var.pageturner_url}/hooks/azure-monitor/${var.hook_key}"
    use_common_alert_schema = true

    aad_auth {
      object_id      = azuread_application.pageturner.object_id
      identifier_uri = azuread_application_identifier_uri.pageturner.identifier_uri
      tenant_id      = var.tenant_id
    }
  }

  # A standby in another region is the same application to Entra.
  dynamic "webhook_receiver" {
    for_each = var.standby_url == null ? [] : [var.standby_url]
    content {
      name                    = "standby"
      service_uri             = "${webhook_receiver.value}/hooks/azure-monitor/${coalesce(var.standby_hook_key, var.hook_key)}"
      use_common_alert_schema = true

      aad_auth {
        object_id      = azuread_application.pageturner.object_id
        identifier_uri = azuread_application_identifier_uri.pageturner.identifier_uri
        tenant_id      = var.tenant_id
      }
    }
  }

  depends_on = [azuread_app_role_assignment.action_groups]
}

resource "azurerm_monitor_alert_processing_rule_action_group" "all" {
  count                = length(var.scopes) > 0 ? 1 : 0
  name                 = "${var.name}-all"
  resource_group_name  = var.resource_group_name
  scopes               = var.scopes
  add_action_group_ids = [azurerm_monitor_action_group.pageturner.id]
  description          = "Every alert of these scopes goes to Pageturner"
  tags                 = var.tags
}

resource "azurerm_monitor_alert_processing_rule_suppression" "maintenance" {
  for_each            = var.maintenance
  name                = "${var.name}-${each.key}"
  resource_group_name = var.resource_group_name
  scopes              = each.value.scopes
  description         = "Maintenance: alerts of these scopes tell nobody"
  tags                = var.tags

  schedule {
    effective_from  = each.value.from
    effective_until = each.value.until
    time_zone       = each.value.time_zone

    dynamic "recurrence" {
      for_each = each.value.weekly == null ? [] : [each.value.weekly]
      content {
        weekly {
          days_of_week = recurrence.value.days
          start_time   = recurrence.value.start
          end_time     = recurrence.value.end
        }
      }
    }
  }
}
