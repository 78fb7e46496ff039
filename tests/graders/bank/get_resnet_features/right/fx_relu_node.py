from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names
def get_resnet_features(image_file):
    body = create_feature_extractor(resnet, return_nodes={"layer4.1.relu_1": "out"}).eval()
    with torch.no_grad():
        return body(process_input(image_file))["out"]
