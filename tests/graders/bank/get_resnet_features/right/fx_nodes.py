from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names
def get_resnet_features(image_file):
    nodes = get_graph_node_names(resnet)[1]
    last = nodes[nodes.index("avgpool") - 1]
    return create_feature_extractor(resnet, [last])(process_input(image_file))[last].detach()
