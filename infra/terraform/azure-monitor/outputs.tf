output "action_group_id" {
  description = "For alert rules that name their action group themselves."
  value       = azurerm_monitor_action_group.pageturner.id
}

output "audiences" {
  description = "For `audiences` of `azure-monitor` in Pageturner's senders."
  value       = [azuread_application.pageturner.client_id, azuread_application_identifier_uri.pageturner.identifier_uri]
}
